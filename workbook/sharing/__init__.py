"""Sharing: a classifier for people who have neither the course nor PyTorch."""
