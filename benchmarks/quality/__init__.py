"""`make bench-quality`: what an editor would ask of a finished film, and that each answer can fail.

python -m benchmarks quality
"""
