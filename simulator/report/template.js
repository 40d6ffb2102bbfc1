(() => {
  "use strict";
  const NARROW = 560;
  const PAPER = 680;
  const config = {
    displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "",
    scrollZoom: false, doubleClick: false, showTips: false, responsive: false,
  };
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const plots = [...document.querySelectorAll(".plot")];
  const shown = new Map();
  let chosen = null;
  let printing = false;

  const theme = () => printing ? "light" : chosen ?? (system.matches ? "dark" : "light");

  function draw(plot) {
    const width = printing ? PAPER : plot.clientWidth;
    if (!width) return;
    const form = theme() + (width < NARROW ? "-narrow" : "");
    const state = `${form} ${width}`;
    if (shown.get(plot) === state) return;
    try {
      const text = document.getElementById(`data-${plot.dataset.figure}-${form}`).textContent;
      const { data, layout } = JSON.parse(text);
      layout.width = width;
      plot.style.minHeight = "0";
      Plotly.react(plot, data, layout, config);
      shown.set(plot, state);
      plot.dataset.drawn = form;
    } catch (error) {
      plot.parentElement.querySelector(".failed").hidden = false;
      plot.style.minHeight = "0";
      console.error(error);
    }
  }

  function redraw() {
    for (const plot of shown.keys()) draw(plot);
  }

  function setTheme() {
    root.dataset.theme = theme();
    button.setAttribute("aria-pressed", String(theme() === "dark"));
    redraw();
  }

  button.addEventListener("click", () => {
    chosen = theme() === "dark" ? "light" : "dark";
    setTheme();
  });
  system.addEventListener("change", () => { if (!chosen) setTheme(); });

  function print(now) {
    if (printing === now) return;
    printing = now;
    if (now) plots.forEach(draw); else redraw();
  }
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));

  for (const picture of document.querySelectorAll(".picture")) {
    picture.addEventListener("click", () => {
      const plot = document.getElementById(`plot-${picture.dataset.figure}`);
      draw(plot);
      Plotly.downloadImage(plot, { format: "png", scale: 2, filename: picture.dataset.figure, ...size(plot) });
    });
  }

  function size(plot) {
    return { width: plot.clientWidth, height: plot.clientHeight };
  }

  const resized = new ResizeObserver(() => { if (!printing) redraw(); });
  resized.observe(document.querySelector("main"));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        draw(entry.target);
      }
    }
  }, { rootMargin: "300px" });
  plots.forEach((plot) => seen.observe(plot));
  setTheme();
})();
