import type { ActWord, FormAct } from "@parley/client/types";
import { IconButton } from "@parley/ui/IconButton";
import { Menu, MenuItem } from "@parley/ui/Menu";
import { Button } from "@parley/ui/Button";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";

import { sayAct } from "@/lib/acts/sayAct";
import { useSources } from "@/lib/acts/useSources";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import styles from "./ActsEditor.module.css";
import { ParamField } from "./ParamField";
import { useActWords } from "./useActWords";

type ActsEditorProps = {
  acts: readonly FormAct[];
  onChange: (acts: FormAct[]) => void;
  /** Leaves out what only rules can do. */
  inMacros?: boolean;
  /** What is wrong, by place: "acts.0.priority". */
  error?: (place: string) => string | undefined;
  place?: string;
};

/** An act begins with what can be chosen without thinking: flags are on. */
function begin(word: ActWord): FormAct {
  return { act: word.name, ...Object.fromEntries(word.params.filter((param) => param.kind === "flag").map((param) => [param.name, true])) };
}

/** What is done, one below the other, each with its arguments. */
export function ActsEditor({ acts, onChange, inMacros = false, error, place = "acts" }: ActsEditorProps) {
  const t = useT();
  const words = useActWords(inMacros);
  const sources = useSources();
  const put = (at: number, act: FormAct) => onChange(acts.map((one, i) => (i === at ? act : one)));
  const move = (at: number, to: number) => {
    const next = [...acts];
    const [one] = next.splice(at, 1);
    if (one) next.splice(to, 0, one);
    onChange(next);
  };
  return (
    <div className={styles.acts} role="group" aria-label={t("acts.title")}>
      {acts.length === 0 && <p className={styles.none}>{t("acts.none")}</p>}
      {acts.map((act, i) => {
        const word = words.find((one) => one.name === act.act);
        const said = sayAct(act, sources);
        return (
          <div key={i} className={styles.act}>
            <div className={styles.head}>
              <strong>{tName("act_form", act.act)}</strong>
              <span className={styles.buttons}>
                {i > 0 && <IconButton size="s" label={t("acts.up", { act: said })} icon={<ArrowUp />} onClick={() => move(i, i - 1)} />}
                {i < acts.length - 1 && <IconButton size="s" label={t("acts.down", { act: said })} icon={<ArrowDown />} onClick={() => move(i, i + 1)} />}
                <IconButton size="s" label={t("acts.remove", { act: said })} icon={<X />} onClick={() => onChange(acts.filter((_, at) => at !== i))} />
              </span>
            </div>
            {word?.params.map((param) => (
              <ParamField key={param.name} param={param} value={act[param.name]} sources={sources} error={error?.(`${place}.${String(i)}.${param.name}`)} onChange={(value) => put(i, { ...act, [param.name]: value })} />
            ))}
          </div>
        );
      })}
      <Menu
        trigger={
          <Button size="s" icon={<Plus />}>
            {t("acts.add")}
          </Button>
        }
      >
        {words.map((word) => (
          <MenuItem key={word.name} onSelect={() => onChange([...acts, begin(word)])}>
            {tName("act_form", word.name)}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}
