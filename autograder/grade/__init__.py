"""The trusted side: take submissions in, examine them through confined workers, judge."""
