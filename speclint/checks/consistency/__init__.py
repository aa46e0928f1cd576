"""Checks that a document agrees with itself: names, numbers, ids, versions, rollouts."""
