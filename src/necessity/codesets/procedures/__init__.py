"""Procedure codes near exercise: units by minutes, pairs, unit maxima, modifiers, places, who may bill, fit.

The tables lie in `data/`, each row with its sources; CPT numbers stand beside words of our own, never the AMA's.
Nothing here decides a case: functions answer questions, checks give back findings with a reason and a way out.
"""
