# Every text of the window is in every catalogue, with its parts, and nothing else is.
exec python3 assets/lang/catalogue.py --check
