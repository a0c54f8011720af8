import type { FilledMacro, Id, Macro, MacroRow, MacroVariable, Page } from "@parley/client/types";
import type { Schemas } from "@parley/client";

import { api, unwrap } from "@/lib/http";

export type MacroBody = Schemas["NewMacro"];
export type MacroPatch = Schemas["MacroChange"];
export type MacroFilter = { q?: string; folder?: string; mine?: boolean; archived?: boolean };

const one = (id: Id) => ({ params: { path: { macro_id: id } } });

export const listMacros = (filter: MacroFilter, after: string | null = null, limit = 50) =>
  unwrap(api.GET("/api/v1/macros", { params: { query: { ...filter, after, limit } } })) as Promise<Page<MacroRow>>;
export const listFolders = () => unwrap(api.GET("/api/v1/macros/folders", { params: { query: { limit: 200 } } })) as Promise<Page<{ name: string; macros: number }>>;
export const listVariables = () => unwrap(api.GET("/api/v1/macros/variables", { params: { query: { limit: 200 } } })) as Promise<Page<MacroVariable>>;
export const getMacro = (id: Id) => unwrap(api.GET("/api/v1/macros/{macro_id}", one(id))) as Promise<Macro>;
export const createMacro = (body: MacroBody) => unwrap(api.POST("/api/v1/macros", { body })) as Promise<Macro>;
export const changeMacro = (id: Id, body: MacroPatch) => unwrap(api.PATCH("/api/v1/macros/{macro_id}", { ...one(id), body })) as Promise<Macro>;
export const archiveMacro = (id: Id) => unwrap(api.DELETE("/api/v1/macros/{macro_id}", one(id)));
export const duplicateMacro = (id: Id) => unwrap(api.POST("/api/v1/macros/{macro_id}/duplicate", one(id))) as Promise<Macro>;
export const tryText = (conversation: Id, language: string, text: string) =>
  unwrap(api.POST("/api/v1/macros/try", { body: { conversation_id: conversation, language, text } })) as Promise<FilledMacro>;
