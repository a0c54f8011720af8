import type { Numbers } from "@parley/client/types";
import type { EChartsCoreOption } from "echarts/core";

import { formatDayShort } from "@/lib/format/time";
import { dayIn } from "@/lib/format/zone";

import { pickTimeStep, type Metric } from "./metrics";

export type Colours = Record<"faint" | "line" | "accent" | "hover" | "earlier", string>;

/** Colours as the style sheet has them now: the canvas cannot read properties itself. */
export function readColours(box: HTMLElement): Colours {
  const probe = document.createElement("span");
  box.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { faint: read("--ink-faint"), line: read("--line-faint"), accent: read("--accent"), hover: read("--hover"), earlier: read("--line-strong") };
  probe.remove();
  return colours;
}

type Wanted = { numbers: Numbers; before: Numbers | undefined; metric: Metric; name: string; colours: Colours; width: number };

/** The drawing of a number by day; the day that is not over yet is lighter. */
export function buildChart({ numbers, before, metric, name, colours, width }: Wanted): EChartsCoreOption {
  const rtl = document.documentElement.dir === "rtl";
  const today = dayIn(numbers.zone, Date.now());
  const labels = numbers.days.map((one) => formatDayShort(`${one.day}T12:00:00`));
  const values = numbers.days.map(metric.ofDay);
  const earlier = (before?.days ?? []).map(metric.ofDay);
  const highest = Math.max(0, ...[...values, ...earlier].map((value) => value ?? 0));
  const label = { fontSize: 11, color: colours.faint };
  const step = pickTimeStep(highest);
  const scale = metric.key === "first_reply" ? { interval: step, max: Math.max(step, Math.ceil(highest / step) * step), axisLabel: { ...label, formatter: (value: number) => (value === 0 ? "0" : metric.format(value)) } } : { minInterval: 1, axisLabel: { ...label, formatter: metric.format } };
  return {
    aria: { enabled: true },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.faint },
    grid: { left: rtl ? 8 : 0, right: rtl ? 0 : 8, top: 12, bottom: 0, containLabel: true },
    tooltip: { trigger: "axis", showContent: false, axisPointer: { type: "shadow", shadowStyle: { color: colours.hover } } },
    xAxis: {
      type: "category",
      inverse: rtl,
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...label, hideOverlap: true, interval: Math.max(0, Math.ceil(labels.length / Math.max(1, Math.floor(width / 72))) - 1) },
    },
    yAxis: { type: "value", position: rtl ? "right" : "left", splitLine: { lineStyle: { color: colours.line } }, ...scale },
    series: [
      {
        type: "bar",
        name,
        data: values.map((value, i) => ({ value, itemStyle: { opacity: numbers.days[i]?.day === today ? 0.55 : 1 } })),
        itemStyle: { color: colours.accent, borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 22,
        barCategoryGap: "28%",
      },
      { type: "line", name: `${name}, ${before?.since ?? ""}`, data: earlier, symbol: "none", connectNulls: true, silent: true, lineStyle: { color: colours.earlier, width: 1.5, type: [4, 4] }, itemStyle: { color: colours.earlier } },
    ],
  };
}
