"""The asv suite: one module a component of the trading system, each with latency, throughput and memory.

Workloads come from ``benchmarks.scenarios``, never from the trading system itself: a commit that changes its generator
must not change what the commits before and after it are measured on.
"""
