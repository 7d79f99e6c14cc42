"""Campaigns: one text to a list of people, from a file, from lines that somebody pasted, or to those whom a message missed."""
