"""Text of a call: normalise, mask personal data, tell the speakers apart, segment."""
