"""Notices to members: a refusal with its reasons and the way to a review, and a request for what is missing."""
