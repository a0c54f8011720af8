import type { ReactNode } from "react";

export function RehearsalsPage(): ReactNode { return null; }
