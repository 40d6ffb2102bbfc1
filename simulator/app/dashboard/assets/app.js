// What the browser does by itself: native controls that tell the server what was entered, theme and width, and the
// next question about a run as soon as the last one is answered (so answers neither pile up nor overtake each other).
"use strict";
(() => {
  const dash = () => window.dash_clientside;
  const root = document.documentElement;
  const NARROW = 640;
  let count = 0;

  const control = (element) => element.closest ? element.closest("[data-control]") : null;
  const tell = (element, key, value) => {
    const page = element.closest("[data-store]");
    if (page) dash().set_props(page.dataset.store, { data: { key, value, at: ++count } });
  };
  const put = (kind, key, value) => dash().set_props({ type: kind, key }, { value });

  document.addEventListener("input", (event) => {
    const here = control(event.target);
    if (here && event.target.type === "range") put("field", here.dataset.control, event.target.value);
  });
  document.addEventListener("change", (event) => {
    const here = control(event.target);
    if (!here) return;
    const key = here.dataset.control, value = event.target.value;
    if (event.target.type === "range") put("field", key, value);
    else if (here.querySelector("input[type=range]") && value.trim() !== "" && isFinite(value)) put("range", key, Number(value));
    tell(here, key, value);
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-guess]");
    if (option) {
      for (const other of option.parentElement.children) other.setAttribute("aria-pressed", String(other === option));
      tell(option, "guess", option.dataset.guess);
    }
    if (event.target.closest("#theme")) setTheme(root.dataset.theme === "dark" ? "light" : "dark", true);
    const skip = event.target.closest("a.skip");
    if (skip) {
      event.preventDefault();
      document.getElementById("content").focus();
    }
  });

  // plotly.js measures text in a drawing outside the page, which is nothing to read out
  new MutationObserver(() => {
    const tester = document.getElementById("js-plotly-tester");
    if (tester) tester.setAttribute("aria-hidden", "true");
  }).observe(document.body || root, { childList: true });

  // -- theme and width

  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function setTheme(name, chosen) {
    root.dataset.theme = name;
    if (chosen) try { localStorage.setItem("theme", name); } catch { /* not kept */ }
    look();
  }
  function look() {
    const button = document.getElementById("theme");
    if (button) button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    const now = { dark: root.dataset.theme === "dark", narrow: innerWidth < NARROW };
    const key = JSON.stringify(now);
    if (dash() && dash().set_props && key !== look.told && document.getElementById("frame")) {
      look.told = key;
      dash().set_props("look", { data: now });
    }
  }
  root.dataset.theme = stored() || (dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => { if (!stored()) setTheme(dark.matches ? "dark" : "light", false); });
  addEventListener("resize", look);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    simulator: {
      rendered: (children, search) => {
        root.lang = new URLSearchParams(search || "").get("lang") === "zh" ? "zh-CN" : "en";
        requestAnimationFrame(() => {
          for (const link of document.querySelectorAll("nav a, .languages a")) {
            if (link.classList.contains("current")) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
          }
          const title = document.querySelector("h1"), brand = document.querySelector(".brand");
          if (title && brand) document.title = title.textContent + " · " + brand.textContent;
          look();
        });
        return dash().no_update;
      },
      next: (shown) => {
        if (shown && shown.pulse) setTimeout(() => dash().set_props(shown.pulse, { data: Date.now() }), 40);
        return dash().no_update;
      },
    },
  });
})();
