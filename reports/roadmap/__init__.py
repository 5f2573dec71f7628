"""The roadmap page: what the plan claimed beside what was measured here. ``python -m reports.roadmap`` writes it."""
