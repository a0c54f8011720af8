import type { Order, PostalAddress } from "@parley/client/types";
import { SelectField, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { formatLocale } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { ActSheet } from "./ActSheet";
import { formatCountry } from "./sentences";
import styles from "./acts.module.css";

export const NO_ADDRESS: PostalAddress = { name: "", company: "", line1: "", line2: "", city: "", region: "", postcode: "", country: "", phone: "" };

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
// Codes that CLDR names though no parcel can be sent there: groups of countries, stand-ins, and former ones.
const NO_COUNTRY = new Set(["EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AN", "BU", "CS", "DD", "DY", "FQ", "FX", "HV", "JT", "MI", "NH", "NQ", "NT", "PC", "PU", "PZ", "RH", "SU", "TP", "UK", "VD", "WK", "YD", "YU", "ZR", "CT"]);

/** Every country the browser has a name for, in the order of the reader's language. */
export function listCountries(locale: string = formatLocale()): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((code) => !NO_COUNTRY.has(code));
  const found = codes.flatMap((code) => {
    const name = names.of(code);
    return name === undefined ? [] : [{ code, name }];
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, locale));
}

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
