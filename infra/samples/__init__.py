"""The sample newsroom's pictures and recordings: their sources, and the program that makes the served files of them.

`pictures/` holds one drawing for each picture; `films.js`, with a script for each film, moves two of them; `sounds.py`
plays two recordings. Captions, and the two oldest recordings, have no source but the served file.

`python -m infra.samples` writes `shared/samples/media/` anew; only who changes a drawing needs it (and a Chromium).
"""
