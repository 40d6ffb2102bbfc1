"""The app that students play with: questions as presets, sliders, live runs, comparisons, stored results.

    work.py       what a worker process does          pool.py        the workers, their queue and limits
    comparison.py arms x roles x worlds under way     sessions.py    what one browser has on its screen
    presets.py    questions as data files             controls.py    sliders from declared parameters
    readings/     what is read off a comparison       pages/         what is shown, and what answers to clicks
    stored.py     results on disk                     follow.py      one user, step by step
    guard.py      who may ask, and how                server.py      one process that ends cleanly

Only `pages`, `components` and `server` know Dash.
"""
