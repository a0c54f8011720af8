import type { Numbers } from "@parley/client/types";
import { useNavigate } from "@tanstack/react-router";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use as register, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { device } from "@/lib/device";
import { formatDate } from "@/lib/format/time";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { dayFilter } from "./dayFilter";
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

/** Conversations and messages by day as bars, answers as a line. A bar opens the conversations that began that day. */
export function DayChart({ numbers, channel }: { numbers: Numbers; channel: string | undefined }) {
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
    const days = numbers.days.map((one) => one.day);
    made.setOption(
      {
        aria: { enabled: true },
        animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.faint },
        grid: { left: 8, right: 8, top: box.current.clientWidth < 480 ? 64 : 36, bottom: 4, containLabel: true },
        legend: { top: 0, left: rtl ? "right" : "left", textStyle: { color: colours.faint, fontSize: 12 }, itemWidth: 10, itemHeight: 10, icon: "roundRect" },
        // The rich-text tip is painted on the canvas; the other one would write styles into the page.
        tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: colours.raised, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 12 }, axisPointer: { type: "shadow" } },
        xAxis: { type: "category", inverse: rtl, data: days.map((day) => formatDate(`${day}T12:00:00`)), axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { fontSize: 11, hideOverlap: true } },
        yAxis: { type: "value", position: rtl ? "right" : "left", splitLine: { lineStyle: { color: colours.line } }, axisLabel: { fontSize: 11 }, minInterval: 1 },
        series: [
          { type: "bar", name: t("numbers.conversations"), data: numbers.days.map((one) => one.opened), itemStyle: { color: colours.accent, borderRadius: [2, 2, 0, 0] }, barMaxWidth: 14, barGap: "15%", cursor: "pointer" },
          { type: "bar", name: t("numbers.received"), data: numbers.days.map((one) => one.messages_in), itemStyle: { color: colours.soft, borderRadius: [2, 2, 0, 0] }, barMaxWidth: 14, cursor: "pointer" },
          { type: "line", name: t("numbers.sent"), data: numbers.days.map((one) => one.messages_out), symbol: "none", lineStyle: { color: colours.faint, width: 1.5, type: "dashed" }, itemStyle: { color: colours.faint } },
        ],
      },
      true,
    );
    made.off("click");
    made.on("click", ({ dataIndex }: { dataIndex: number }) => {
      const day = days[dataIndex];
      if (day !== undefined) void navigate({ to: "/inbox/$view", params: { view: "all" }, search: dayFilter(day, numbers.zone, channel) });
    });
  }, [numbers, channel, theme, t, navigate]);
  return <div ref={box} className={styles.chart} />;
}
