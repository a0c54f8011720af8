import type { Numbers } from "@parley/client/types";
import { useNavigate } from "@tanstack/react-router";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use as register, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { device } from "@/lib/device";
import { formatDate, formatLength } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { dayQuery } from "./day";
import styles from "./NumbersPage.module.css";

register([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer]);

/** Colours as the style sheet has them now: the canvas cannot read properties itself. */
function readColours(box: HTMLElement): Record<"ink" | "faint" | "line" | "accent" | "soft" | "raised", string> {
  const probe = document.createElement("span");
  box.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { ink: read("--ink"), faint: read("--ink-faint"), line: read("--line-faint"), accent: read("--accent"), soft: read("--accent-line"), raised: read("--raised") };
  probe.remove();
  return colours;
}

/** Conversations and messages by day as bars, the first reply as a line. A bar opens what was written that day. */
export function DayChart({ numbers }: { numbers: Numbers }) {
  const t = useT();
  const navigate = useNavigate();
  const { theme } = useStore(device);
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, null, { renderer: "canvas" });
    chart.current = made;
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const made = chart.current;
    if (!made || !box.current) return;
    const colours = readColours(box.current);
    const rtl = document.documentElement.dir === "rtl";
    const replies = new Map(numbers.first_reply.by_day.map((one) => [one.day, one.median_seconds]));
    const days = numbers.volume.map((one) => one.day);
    made.setOption(
      {
        aria: { enabled: true },
        animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.faint },
        grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
        legend: { top: 0, left: rtl ? "right" : "left", textStyle: { color: colours.faint, fontSize: 12 }, itemWidth: 10, itemHeight: 10, icon: "roundRect" },
        // The rich-text tip is painted on the canvas; the other one would write styles into the page.
        tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: colours.raised, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 12 }, axisPointer: { type: "shadow" } },
        xAxis: { type: "category", inverse: rtl, data: days.map((day) => formatDate(`${day}T12:00:00`)), axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { fontSize: 11, hideOverlap: true } },
        yAxis: [
          { type: "value", position: rtl ? "right" : "left", splitLine: { lineStyle: { color: colours.line } }, axisLabel: { fontSize: 11 }, minInterval: 1 },
          { type: "value", position: rtl ? "left" : "right", splitLine: { show: false }, axisLabel: { fontSize: 11, formatter: (seconds: number) => formatLength(seconds) } },
        ],
        series: [
          { type: "bar", name: t("numbers.received"), data: numbers.volume.map((one) => one.received), itemStyle: { color: colours.soft, borderRadius: [2, 2, 0, 0] }, barGap: "-100%", barMaxWidth: 22, cursor: "pointer" },
          { type: "bar", name: t("numbers.conversations"), data: numbers.volume.map((one) => one.conversations), itemStyle: { color: colours.accent, borderRadius: [2, 2, 0, 0] }, barMaxWidth: 22, cursor: "pointer" },
          {
            type: "line",
            name: t("numbers.first_reply"),
            yAxisIndex: 1,
            data: days.map((day) => replies.get(day) ?? null),
            symbol: "none",
            lineStyle: { color: colours.faint, width: 1.5, type: "dashed" },
            itemStyle: { color: colours.faint },
            tooltip: { valueFormatter: (value: unknown) => (typeof value === "number" ? formatLength(value) : "–") },
          },
        ],
      },
      true,
    );
    made.off("click");
    made.on("click", ({ dataIndex }: { dataIndex: number }) => {
      const day = days[dataIndex];
      if (day !== undefined) void navigate({ to: "/search", search: { q: dayQuery(day) } });
    });
  }, [numbers, theme, t, navigate]);
  return <div ref={box} className={styles.chart} />;
}
