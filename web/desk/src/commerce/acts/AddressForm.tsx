import type { Order, PostalAddress } from "@parley/client/types";
import { SelectField, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { listCountries } from "@/lib/countries";
import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import { formatCountry } from "./sentences";
import styles from "./acts.module.css";

export const NO_ADDRESS: PostalAddress = { name: "", company: "", line1: "", line2: "", city: "", region: "", postcode: "", country: "", phone: "" };

type FieldsProps = { value: PostalAddress; onChange: (address: PostalAddress) => void };

/** A postal address, field by field. */
export function AddressFields({ value, onChange }: FieldsProps) {
  const t = useT();
  const [countries] = useState(() => listCountries());
  const known = countries.some((one) => one.code === value.country);
  const field = (name: Exclude<keyof PostalAddress, "country">, required = false) => (
    <TextField label={t(`postal.${name}`)} dir="auto" autoComplete="off" maxLength={200} required={required} value={value[name]} onChange={(event) => onChange({ ...value, [name]: event.target.value })} />
  );
  return (
    <>
      {field("name")}
      {field("company")}
      {field("line1", true)}
      {field("line2")}
      <div className={styles.pair}>
        {field("postcode")}
        {field("city", true)}
      </div>
      {field("region")}
      <SelectField label={t("postal.country")} required value={value.country} onChange={(event) => onChange({ ...value, country: event.target.value })}>
        {!known && <option value={value.country}>{value.country === "" ? t("postal.choose_country") : formatCountry(value.country)}</option>}
        {countries.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </SelectField>
      {field("phone")}
    </>
  );
}

/** Blanks at the ends are nobody's wish. */
export function trimAddress(address: PostalAddress): PostalAddress {
  return Object.fromEntries(Object.entries(address).map(([name, value]) => [name, value.trim()])) as PostalAddress;
}

/** Where the order shall go. */
export function AddressForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useT();
  const [address, setAddress] = useState<PostalAddress>(order.address ?? { ...NO_ADDRESS, name: order.name });
  const clean = trimAddress(address);
  const ready = clean.line1 !== "" && clean.city !== "" && clean.country !== "";
  return (
    <ActSheet title={t("acts.title_address", { number: order.number })} target={order.id} wish={ready ? { act: "address", address: clean } : null} onClose={onClose}>
      <AddressFields value={address} onChange={setAddress} />
    </ActSheet>
  );
}
