"""The app that students play with: questions as presets, sliders, live runs, comparisons, stored results.

    presets/       a question each, as data files      worksheets/    a goal each, which a run can check
    presets.py     what such a file holds              controls.py    sliders from declared parameters
    work.py        one run, as a worker makes it       worker.py      the loop of a worker process
    pool.py        the workers, whose turn it is       comparison.py  arms x roles x worlds under way
    sessions.py    what one browser has on its screen  limits.py      how much one may ask for
    desk_work.py   what happens at a question          board_work.py  what happens to what was put aside
    stored.py      results on disk                     shelf.py       what happens to what was opened
    follow.py      one user, step by step              story.py       what is told of them
    readings/      what is read off a comparison       why.py         sentences that count why
    figures.py     curves, dots, bars, trees           amounts.py     numbers in words
    texts/         all words, in two languages         export.py      scenario files that repeat a screen
    pages/         what is shown, what answers clicks  context.py     what pages share
    guard.py       who may ask, and how                server.py      one process that ends cleanly

Only `pages` and `server` know Dash.
"""
