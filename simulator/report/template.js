(() => {
  "use strict";
  const NARROW = 720;
  const PAPER = 850;
  const NEAR = 300;
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
  let playing = null;

  const theme = () => printing ? "light" : chosen ?? (system.matches ? "dark" : "light");

  function draw(plot) {
    const width = printing ? PAPER : plot.clientWidth;
    if (!width) return;
    const size = width < NARROW ? "narrow" : "wide";
    const form = theme() + (size === "narrow" ? "-narrow" : "");
    const state = `${form} ${width}`;
    if (shown.get(plot) === state) return;
    try {
      const { data, layout } = read(plot.dataset.figure, size);
      layout.width = width;
      plot.style.minHeight = "0";
      Plotly.react(plot, data, layout, config);
      shown.set(plot, state);
      plot.dataset.drawn = form;
      if (layout.meta && layout.meta.days) offerDays(plot, layout.meta);
    } catch (error) {
      plot.parentElement.querySelector(".failed").hidden = false;
      plot.style.minHeight = "0";
      console.error(error);
    }
  }

  function read(name, size) {
    const { figure, dark } = JSON.parse(document.getElementById(`data-${name}-${size}`).textContent);
    for (const [path, value] of theme() === "dark" ? dark : []) {
      const last = path.pop();
      path.reduce((inner, key) => inner[key], figure)[last] = value;
    }
    return figure;
  }

  function offerDays(plot, meta) {
    const box = document.querySelector(`.days[data-figure="${plot.dataset.figure}"]`);
    const slider = box.querySelector("input");
    if (box.hidden) {
      slider.max = meta.days;
      slider.value = meta.days;
      slider.addEventListener("input", () => showDay(plot, box));
      box.querySelector(".play").addEventListener("click", () => play(plot, box));
      box.hidden = false;
    }
    showDay(plot, box);
  }

  function showDay(plot, box) {
    const slider = box.querySelector("input");
    const day = printing ? Number(slider.max) : Number(slider.value);
    const words = slider.dataset.words.replace("{day}", day);
    box.querySelector("output").textContent = words;
    slider.setAttribute("aria-valuetext", words);
    const texts = {};
    for (const panel of plot.layout.meta.panels) {
      const { looks, since } = plot.data[panel.trace].meta;
      const states = since.map(([aware, bought]) =>
        bought !== null && bought <= day ? 2 : aware !== null && aware <= day ? 1 : 0);
      const look = (name) => [states.map((state) => looks[state][name])];
      Plotly.restyle(plot, {
        "marker.color": look("color"), "marker.size": look("size"), "marker.symbol": look("symbol"),
        "marker.line.color": look("edge"),
      }, [panel.trace]);
      texts[`annotations[${panel.annotation}].text`] = panel.text
        .replace("{aware}", states.filter((state) => state > 0).length)
        .replace("{bought}", states.filter((state) => state === 2).length);
    }
    Plotly.relayout(plot, texts);
  }

  function play(plot, box) {
    const button = box.querySelector(".play");
    const slider = box.querySelector("input");
    if (playing) {
      clearInterval(playing);
      playing = null;
      button.textContent = button.dataset.play;
      return;
    }
    button.textContent = button.dataset.pause;
    if (slider.value === slider.max) slider.value = 0;
    showDay(plot, box);
    playing = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      showDay(plot, box);
      if (slider.value === slider.max) play(plot, box);
    }, 700);
  }

  function redraw() {
    for (const plot of [...shown.keys()]) {
      const box = plot.getBoundingClientRect();
      if (box.top < innerHeight + NEAR && box.bottom > -NEAR) {
        draw(plot);
      } else {
        shown.delete(plot);
        seen.observe(plot);
      }
    }
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
  }, { rootMargin: `${NEAR}px` });
  plots.forEach((plot) => seen.observe(plot));
  setTheme();
})();
