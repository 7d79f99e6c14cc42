"""Sender IDs (başlık): who may write under which name."""
