# Who may include whom.
exec python3 cmake/checks/layers.py .
