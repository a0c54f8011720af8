import type { FileInfo, Order, OrderLine, PolicyReturns } from "@parley/client/types";
import { SelectField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { useMutation } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId } from "react";

import { upload } from "@/lib/http";
import { tName, tOr } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { LineRow, nameLine } from "../acts/LineRow";
import { Stepper } from "../acts/Stepper";
import { nameVariant, useProductOf } from "../acts/useProducts";
import acts from "../acts/acts.module.css";
import styles from "./Returns.module.css";
import { countLeft, type Choice, type Photo, type Resolution } from "./wish";

const send = (files: readonly File[]) => Promise.all(files.map((file) => upload<FileInfo>("/files", file, () => undefined)));

type PhotosProps = { label: string; photos: readonly Photo[]; onAdd: (photos: readonly Photo[]) => void; onRemove: (photo: Photo) => void };

function Photos({ label, photos, onAdd, onRemove }: PhotosProps) {
  const t = useT();
  const field = useId();
  const sending = useMutation({ mutationFn: send, onSuccess: (files) => onAdd(files.map(({ id, name }) => ({ id, name }))) });
  return (
    <div className={acts.group}>
      <label htmlFor={field} className={acts.legend}>
        {label}
      </label>
      <input
        id={field}
        type="file"
        accept="image/*"
        multiple
        disabled={sending.isPending}
        onChange={(event) => {
          sending.mutate([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {sending.isPending && <p role="status">{t("returns.photos_sending")}</p>}
      {sending.error && <p role="alert">{explain(sending.error)}</p>}
      {photos.map((photo) => (
        <span key={photo.id} className="cluster">
          <bdi>{photo.name}</bdi>
          <IconButton size="s" label={t("returns.photo_remove", { name: photo.name })} icon={<X />} onClick={() => onRemove(photo)} />
        </span>
      ))}
    </div>
  );
}

type LineProps = { order: Order; line: OrderLine; rules: PolicyReturns; nameReason: (code: string) => string; choice: Choice; onChange: (change: (old: Choice) => Choice) => void };

/** A line of an order that may come back: how many pieces, why, and what for. */
export function ReturnLine({ order, line, rules, nameReason, choice, onChange }: LineProps) {
  const t = useT();
  const title = nameLine(line);
  const product = useProductOf(order.store_id, line);
  const set = (change: Partial<Choice>) => onChange((old) => ({ ...old, ...change }));
  const resolutions = [...new Set<Resolution>(rules.resolutions)];
  const photo = rules.reasons.find((one) => one.code === choice.reason)?.photo === true;
  return (
    <LineRow line={line} currency={order.currency} end={<Stepper label={t("acts.pieces_of", { title })} value={choice.quantity} max={countLeft(line)} onChange={(quantity) => set({ quantity })} />}>
      {choice.quantity > 0 && (
        <div className={styles.choice}>
          <SelectField label={t("returns.reason_of", { title })} value={choice.reason} onChange={(event) => set({ reason: event.target.value })}>
            <option value="">{t("returns.choose")}</option>
            {rules.reasons.map(({ code }) => (
              <option key={code} value={code}>
                {tOr("return_reason", code, nameReason(code))}
              </option>
            ))}
          </SelectField>
          <SelectField label={t("returns.instead_of", { title })} value={choice.resolution} onChange={(event) => set({ resolution: event.target.value as Resolution })}>
            {resolutions.map((one) => (
              <option key={one} value={one}>
                {tName("resolution", one)}
              </option>
            ))}
          </SelectField>
          {choice.resolution === "exchange" && (
            <SelectField label={t("returns.variant_of", { title })} value={choice.variant} onChange={(event) => set({ variant: event.target.value })}>
              <option value="">{t("returns.choose")}</option>
              {(product?.variants ?? []).map((variant) => (
                <option key={variant.ref} value={variant.ref} disabled={!variant.available}>
                  {nameVariant(variant, product?.currency ?? order.currency)}
                </option>
              ))}
            </SelectField>
          )}
          {(photo || choice.photos.length > 0) && (
            <Photos
              label={t("returns.photos_of", { title })}
              photos={choice.photos}
              onAdd={(photos) => onChange((old) => ({ ...old, photos: [...old.photos, ...photos] }))}
              onRemove={(gone) => onChange((old) => ({ ...old, photos: old.photos.filter((one) => one.id !== gone.id) }))}
            />
          )}
        </div>
      )}
    </LineRow>
  );
}
