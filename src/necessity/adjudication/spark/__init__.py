"""Deciding tables on Apache Spark: the bulk run's statements, translated, on a cluster or in processes here.

Only Spark's own machinery does the work, so the workers need Java and nothing of ours.
"""
