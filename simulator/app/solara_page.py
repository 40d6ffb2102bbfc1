"""What `solara run simulator.app.solara_page` shows; see `mesa_page`."""

from simulator.app.mesa_page import build

page = build()
