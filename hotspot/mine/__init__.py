"""What the calls say: categories, places, themes, issues, hotspots, cases, tallies."""
