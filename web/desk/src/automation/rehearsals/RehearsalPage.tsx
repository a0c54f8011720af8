import type { ReactNode } from "react";

export function RehearsalPage(): ReactNode { return null; }
