import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from "@tanstack/react-router";

import { BrokenPage, MissingPage } from "./BrokenPage";

/** Above every page. */
export const root = createRootRoute({ component: Outlet, notFoundComponent: MissingPage, errorComponent: BrokenPage });

/** Above every page that only who is signed in may see. */
export const desk = createRoute({ getParentRoute: () => root, id: "desk", component: lazyRouteComponent(() => import("./Gate"), "Gate") });
