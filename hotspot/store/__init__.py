"""What outlives a run: the history of weeks, the trained models, the output folder."""
