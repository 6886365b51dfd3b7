"""Metrics: pure functions from cleaned tables and quarters to tidy tables of counts and shares."""
