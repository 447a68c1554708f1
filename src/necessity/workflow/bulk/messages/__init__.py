"""Folders of 837P messages as input of the bulk run: each claim becomes rows of the published tables."""
