import type { Numbers } from "@parley/client/types";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use as register, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";

import { device } from "@/lib/device";
import { useT } from "@/lib/i18n/useT";
import { useStore } from "@/lib/store";

import { buildChart, readColours } from "./chartOptions";
import { DayTip } from "./DayTip";
import type { Metric } from "./metrics";
import styles from "./NumbersPage.module.css";

register([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

type DayChartProps = { numbers: Numbers; before: Numbers | undefined; metric: Metric; onOpen: (day: string) => void };
type Pointed = { index: number; x: number; width: number };

/** One number by day as bars, the range before as a line. Pointing at a day says everything about it, a press opens what is behind it. */
export function DayChart({ numbers, before, metric, onOpen }: DayChartProps) {
  const t = useT();
  const { theme } = useStore(device);
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
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
    made.setOption(buildChart({ numbers, before, metric, name: t(metric.label), colours: readColours(box.current), width: box.current.clientWidth }), true);
  }, [numbers, before, metric, theme, t]);
  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const find = (event: { offsetX: number; offsetY: number }): number | null => {
      if (!made.containPixel("grid", [event.offsetX, event.offsetY])) return null;
      return Math.round(made.convertFromPixel({ xAxisIndex: 0 }, event.offsetX));
    };
    const point = (event: { offsetX: number; offsetY: number }) => {
      const index = find(event);
      made.getZr().setCursorStyle(index === null ? "default" : "pointer");
      setPointed(index === null ? null : { index, x: made.convertToPixel({ xAxisIndex: 0 }, index), width: made.getWidth() });
    };
    const leave = () => setPointed(null);
    const press = (event: { offsetX: number; offsetY: number }) => {
      const day = numbers.days[find(event) ?? -1]?.day;
      if (day !== undefined) onOpen(day);
    };
    const surface = made.getZr();
    surface.on("mousemove", point);
    surface.on("globalout", leave);
    surface.on("click", press);
    return () => {
      if (made.isDisposed()) return;
      surface.off("mousemove", point);
      surface.off("globalout", leave);
      surface.off("click", press);
    };
  }, [numbers, onOpen]);
  const day = pointed === null ? undefined : numbers.days[pointed.index];
  return (
    <div className={styles.stage}>
      <div ref={box} className={styles.chart} />
      {pointed && day && <DayTip day={day} earlier={before?.days[pointed.index]} metric={metric} x={pointed.x} width={pointed.width} />}
    </div>
  );
}
