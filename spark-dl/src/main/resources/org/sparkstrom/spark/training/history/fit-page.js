// SPDX-License-Identifier: Apache-2.0
// Draws the history of a fit, or a list of fits. Needs nothing but the page that it stands in.
// The page has an element #sparkstrom: with data-url it is asked for the JSON again and again until
// the fit has ended; without, the JSON stands in the element #sparkstrom-data.
"use strict";
(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const COLOURS = ["#2f6db5", "#d9822b", "#1b7f3b", "#8e44ad", "#b00020", "#00838f", "#6d4c41", "#7a7a00"];
  const MOST_LINES = 12; // of one chart
  const MOST_ROWS = 200; // of one table
  const POLL_MS = 2000;
  const WIDTH = 400;
  const HEIGHT = 150;
  const LEFT = 62;
  const TOP = 8;

  // Text is set as text alone, so that no value can be an element or a script.
  function element(name, attributes, ...children) {
    return filled(document.createElement(name), attributes, children);
  }

  function svg(name, attributes, ...children) {
    return filled(document.createElementNS(SVG, name), attributes, children);
  }

  function filled(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      node.setAttribute(key, value);
    }
    for (const child of children) {
      node.append(child);
    }
    return node;
  }

  function figure(value) {
    if (!Number.isFinite(value)) {
      return "–";
    }
    const size = Math.abs(value);
    if (size >= 1e9 || (size > 0 && size < 1e-3)) {
      return value.toExponential(2);
    }
    return size >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(4)));
  }

  function bytes(value) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return figure(value) + " " + units[unit];
  }

  function duration(seconds) {
    return seconds < 120 ? figure(seconds) + " s" : (seconds / 60).toFixed(1) + " min";
  }

  // A chart of lines over one axis. lines: [{name, x: [], y: []}]
  function chart(title, axis, lines, options) {
    const drawn = lines.slice(0, MOST_LINES).map((line) => {
      const points = [];
      line.x.forEach((x, i) => {
        const y = options.log ? Math.log10(Number(line.y[i])) : Number(line.y[i]);
        if (Number.isFinite(Number(x)) && Number.isFinite(y)) {
          points.push([Number(x), y]);
        }
      });
      return { name: line.name, points };
    });
    const all = drawn.flatMap((line) => line.points);
    if (all.length === 0) {
      return [];
    }
    const shown = (y) => (options.format || figure)(options.log ? Math.pow(10, y) : y);
    const range = (i) => all.reduce((r, p) => [Math.min(r[0], p[i]), Math.max(r[1], p[i])], [Infinity, -Infinity]);
    const [x0, x1] = range(0);
    const [y0, y1] = range(1);
    const toX = (x) => LEFT + (x1 > x0 ? (x - x0) / (x1 - x0) : 0.5) * WIDTH;
    const toY = (y) => TOP + (y1 > y0 ? (y1 - y) / (y1 - y0) : 0.5) * HEIGHT;
    const plot = svg("svg", { width: LEFT + WIDTH + 8, height: TOP + HEIGHT + 20, role: "img", "aria-label": title });
    plot.append(
      svg("rect", { class: "frame", x: LEFT, y: TOP, width: WIDTH, height: HEIGHT }),
      svg("text", { x: LEFT - 5, y: TOP + (y1 > y0 ? 9 : HEIGHT / 2 + 4), "text-anchor": "end" }, shown(y1)),
      svg("text", { x: LEFT - 5, y: TOP + HEIGHT, "text-anchor": "end" }, y1 > y0 ? shown(y0) : ""),
      svg("text", { x: LEFT, y: TOP + HEIGHT + 14 }, figure(x0)),
      svg("text", { x: LEFT + WIDTH / 2, y: TOP + HEIGHT + 14, "text-anchor": "middle" }, axis),
      svg("text", { x: LEFT + WIDTH, y: TOP + HEIGHT + 14, "text-anchor": "end" }, x1 > x0 ? figure(x1) : ""));
    for (const mark of options.marks || []) {
      if (mark.seconds >= x0 && mark.seconds <= x1) {
        const x = toX(mark.seconds);
        plot.append(svg("line", { class: "mark " + mark.kind, x1: x, x2: x, y1: TOP, y2: TOP + HEIGHT }));
      }
    }
    drawn.forEach((line, i) => {
      const path = line.points.map((p, n) => (n ? "L" : "M") + toX(p[0]).toFixed(1) + " " + toY(p[1]).toFixed(1));
      const colour = COLOURS[i % COLOURS.length];
      plot.append(
        line.points.length > 1
          ? svg("path", { class: "curve", stroke: colour, d: path.join("") })
          : svg("circle", { fill: colour, r: 3, cx: toX(line.points.length ? line.points[0][0] : x0), cy: line.points.length ? toY(line.points[0][1]) : -9 }));
    });
    const legend = element("div", { class: "legend" });
    const tell = (x) => {
      legend.replaceChildren();
      if (x !== null) {
        legend.append(element("span", {}, axis + " " + figure(x)));
      }
      drawn.forEach((line, i) => {
        const at = x === null ? line.points[line.points.length - 1] : nearest(line.points, x);
        const text = line.name + (at ? " " + shown(at[1]) : "");
        const entry = element("span", {}, text);
        entry.style.color = COLOURS[i % COLOURS.length];
        legend.append(entry);
      });
      if (lines.length > MOST_LINES) {
        legend.append(element("span", {}, "and " + (lines.length - MOST_LINES) + " more"));
      }
    };
    pointAt(plot, (x) => tell(x === null ? null : x0 + ((x - LEFT) / WIDTH) * (x1 - x0)));
    tell(null);
    return [element("figure", {}, element("figcaption", {}, title), plot, legend)];
  }

  function nearest(points, x) {
    return points.reduce((best, p) => (best && Math.abs(best[0] - x) <= Math.abs(p[0] - x) ? best : p), null);
  }

  // A line that follows the pointer.
  function pointAt(plot, tell) {
    const cursor = svg("line", { class: "cursor", y1: TOP, y2: TOP + HEIGHT, visibility: "hidden" });
    plot.append(cursor);
    plot.addEventListener("mousemove", (event) => {
      const x = event.clientX - plot.getBoundingClientRect().left;
      const inside = x >= LEFT && x <= LEFT + WIDTH;
      cursor.setAttribute("visibility", inside ? "visible" : "hidden");
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      tell(inside ? x : null);
    });
    plot.addEventListener("mouseleave", () => {
      cursor.setAttribute("visibility", "hidden");
      tell(null);
    });
  }

  // What was done between points that are kept, per second. Totals fall when a worker is lost.
  function perSecond(seconds, totals) {
    const rates = { x: [], y: [] };
    for (let i = 1; i < seconds.length; i++) {
      const passed = seconds[i] - seconds[i - 1];
      const done = totals[i] - totals[i - 1];
      if (passed > 0 && done >= 0) {
        rates.x.push(seconds[i]);
        rates.y.push(done / passed);
      }
    }
    return rates;
  }

  function charts(history) {
    const c = history.curves;
    const epochs = history.epochs.measured;
    const at = epochs.map((e) => e.epoch + 1);
    const marks = history.happenings.filter((h) => h.kind === "LOST" || h.kind === "JOINED");
    const names = [...new Set(epochs.flatMap((e) => Object.keys(e.validation)))].sort();
    const figures = (name) => ({ name: "validation", x: at, y: epochs.map((e) => e.validation[name]) });
    const losses = [{ name: "training", x: at, y: epochs.map((e) => e.loss) }];
    if (names.includes("loss")) {
      losses.push(figures("loss"));
    }
    const layers = (value) =>
      history.blocks.names.map((name, i) => ({
        name,
        x: history.blocks.measured.map((m) => m.epoch + 1),
        y: history.blocks.measured.map((m) => m[value][i]),
      }));
    const last = c.seconds.length - 1;
    const sent = last >= 0 && c.bytesSent[last] > 0;
    return [
      chart("Loss, mean of the epoch in progress", "s", [{ name: "training", x: c.seconds, y: c.loss }], { marks }),
      chart("Loss of epochs", "epoch", losses, {}),
      ...names
        .filter((name) => name !== "loss")
        .slice(0, MOST_LINES)
        .map((name) => chart("Validation: " + name, "epoch", [figures(name)], {})),
      chart("Rows per second", "s", [{ name: "all workers", ...perSecond(c.seconds, c.rows) }], { marks }),
      ...(sent
        ? [
            chart("Bytes sent per second", "s", [{ name: "all workers", ...perSecond(c.seconds, c.bytesSent) }], { marks, format: bytes }),
            chart("Compression: times smaller than float32", "s", [{ name: "so far", x: c.seconds, y: c.bytesSent.map((b, i) => c.denseBytes[i] / b) }], { marks }),
            chart("Density: share of the parameters sent in a round", "s", [{ name: "mean so far", x: c.seconds, y: c.density }], { marks }),
          ]
        : []),
      chart("Density of each layer, last round of the epoch", "epoch", layers("density"), {}),
      chart("Threshold of each layer", "epoch", layers("threshold"), { log: true }),
    ].flat();
  }

  function table(heads, rows) {
    const body = element("tbody");
    for (const row of rows.slice(0, MOST_ROWS)) {
      body.append(
        element("tr", {}, ...row.map((cell) => element("td", { class: cell.type || (typeof cell === "number" ? "number" : "") }, typeof cell === "number" ? figure(cell) : cell.node || cell.text || String(cell)))));
    }
    const made = element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((h) => element("th", {}, h)))), body);
    return rows.length > MOST_ROWS ? [made, element("p", { class: "note" }, "and " + (rows.length - MOST_ROWS) + " more")] : [made];
  }

  function facts(history) {
    const { start, state, curves } = history;
    const last = curves.round.length - 1;
    const rows = [["state", { text: state.phase, type: state.phase }]];
    const add = (name, value) => value && rows.push([name, value]);
    add("started", start.startedMs ? new Date(start.startedMs).toISOString().replace("T", " ").slice(0, 19) + " UTC" : "");
    add("time of training", duration(state.seconds));
    add("epochs", figure(state.epoch) + (state.epochs ? " of " + figure(state.epochs) : ""));
    if (last >= 0) {
      add("rounds", figure(curves.round[last]));
      add("rows trained on", figure(curves.rows[last]));
      add("bytes sent", bytes(curves.bytesSent[last]));
      add("compression", curves.bytesSent[last] > 0 ? figure(curves.denseBytes[last] / curves.bytesSent[last]) + " times smaller than float32" : "");
    }
    if (start.workers) {
      add("workers", figure(start.workers));
      add("rows", figure(start.rows) + (start.validationRows ? ", and " + figure(start.validationRows) + " for validation" : ""));
      add("parameters", figure(start.parameters));
    }
    add("resumed from", start.resumedFrom);
    add("updates shared as", state.sharing);
    add("checkpoints", state.checkpoints ? figure(state.checkpoints) + ", the latest: " + state.lastCheckpoint : "");
    add("failure", state.failure && { text: state.failure, type: "FAILED" });
    return table([], rows);
  }

  function thinning(history) {
    const kept = [["reports", history.curves.every], ["epochs", history.epochs.every], ["epochs of layers", history.blocks.every]];
    const thinned = kept.filter(([, every]) => every > 1).map(([what, every]) => "one of " + every + " " + what);
    return "Curves have a bounded number of points" + (thinned.length ? ": they show " + thinned.join(", ") + ", and the latest." : "; nothing had to be left out so far.");
  }

  function drawFit(root, history) {
    const workers = history.workers.map((w) => [w.rank, { text: w.state, type: w.state }, w.round, w.rows, w.losses, w.label]);
    const happenings = history.happenings.map((h) => [duration(h.seconds), { text: h.kind, type: h.kind }, h.text]).reverse();
    const parts = [element("h2", {}, history.start.name || "Fit"), ...facts(history), element("div", { class: "charts" }, ...charts(history)), element("p", { class: "note" }, thinning(history))];
    if (workers.length > 0) {
      parts.push(element("h2", {}, "Workers"), ...table(["rank", "state", "rounds", "rows", "losses", "where"], workers));
    }
    if (happenings.length > 0) {
      parts.push(element("h2", {}, "What has happened"), ...table(["after", "what", ""], happenings));
    }
    root.replaceChildren(...parts);
    return history.state.phase === "RUNNING";
  }

  function drawList(root, list) {
    const rows = list.fits.map((fit) => [
      { node: element("a", { href: root.dataset.fit + "?id=" + Number(fit.id) }, fit.name) },
      { text: fit.phase, type: fit.phase },
      new Date(fit.startedMs).toISOString().replace("T", " ").slice(0, 19) + " UTC",
      duration(fit.seconds),
      fit.workers,
      figure(fit.epoch) + " of " + figure(fit.epochs),
      Number(fit.loss),
      fit.losses,
    ]);
    root.replaceChildren(
      ...table(["fit", "state", "started", "time", "workers", "epochs", "loss", "losses of workers"], rows.reverse()),
      element("p", { class: "note" }, "The latest " + list.most + " fits of this application."));
    return true;
  }

  const root = document.getElementById("sparkstrom");
  const draw = (json) => {
    const goesOn = json.fits ? drawList(root, json) : drawFit(root, json);
    root.dataset.drawn = String(Number(root.dataset.drawn || 0) + 1);
    return goesOn;
  };

  function poll() {
    fetch(root.dataset.url, { cache: "no-store" })
      .then((answer) => {
        if (!answer.ok) {
          throw new Error("HTTP " + answer.status);
        }
        return answer.json();
      })
      .then((json) => {
        document.getElementById("sparkstrom-problem").textContent = "";
        return draw(json);
      })
      .catch((problem) => {
        const note = document.getElementById("sparkstrom-problem");
        note.textContent = "The driver does not answer (" + problem.message + "); this is what it told last.";
        return true;
      })
      .then((goesOn) => goesOn && setTimeout(poll, POLL_MS));
  }

  if (root.dataset.url) {
    poll();
  } else {
    draw(JSON.parse(document.getElementById("sparkstrom-data").textContent));
  }
})();
