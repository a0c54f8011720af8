import type { Customer, CustomerBrief } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextField } from "@parley/ui/Field";
import { Link, useParams } from "@tanstack/react-router";
import { Ban, ChevronLeft, Pencil, Undo2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useMay } from "@/lib/directory";
import { formatLanguage } from "@/lib/format/text";
import { useT } from "@/lib/i18n/useT";
import { Loading } from "@/lib/settings/Loading";
import { offerLanguages } from "@/lib/languages";
import { RecordDialog } from "@/lib/settings/RecordDialog";
import { ZoneField } from "@/lib/settings/ZoneField";
import { nameCustomer } from "@/lib/names";

import type { CustomerChange } from "./api";
import { CustomerPanel } from "./CustomerPanel";
import styles from "./CustomerPage.module.css";
import { useCustomer } from "./useCustomer";

function EditDialog({ customer, onSave, onClose }: { customer: Customer; onSave: (change: CustomerChange) => void; onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState(customer.name);
  const [language, setLanguage] = useState(customer.language ?? "");
  const [zone, setZone] = useState(customer.zone ?? "UTC");
  const submit = () => {
    onSave({ name: name.trim(), language: language || null, ...(zone !== (customer.zone ?? "UTC") && { zone }) });
    onClose();
  };
  const languages = offerLanguages(customer.language === null ? [] : [customer.language]);
  return (
    <RecordDialog title={t("customer.edit")} busy={false} error={null} ready={name.trim() !== ""} onSubmit={submit} onClose={onClose}>
      <TextField label={t("field.name")} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      <SelectField label={t("field.language")} value={language} onChange={(event) => setLanguage(event.target.value)}>
        <option value="">{t("customer.unknown")}</option>
        {languages.map((one) => (
          <option key={one} value={one}>
            {formatLanguage(one)}
          </option>
        ))}
      </SelectField>
      <ZoneField value={zone} onChange={setZone} />
    </RecordDialog>
  );
}

/** Everything known of one customer. `more` is what the features above this one know besides. */
export function CustomerPage({ more }: { more?: (customer: CustomerBrief) => ReactNode }): ReactNode {
  const t = useT();
  const { id } = useParams({ from: "/desk/customers/$id" });
  const { query, change, setBlocked } = useCustomer(id);
  const mayWrite = useMay("customers:write");
  const [open, setOpen] = useState<"edit" | "block" | null>(null);
  const customer = query.data;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Link to="/customers" className={styles.back}>
          <ChevronLeft className="mirrored" />
          {t("nav.customers")}
        </Link>
        {mayWrite && customer && (
          <span className="cluster">
            <Button size="s" icon={<Pencil />} onClick={() => setOpen("edit")}>
              {t("action.edit")}
            </Button>
            {customer.blocked ? (
              <Button size="s" icon={<Undo2 />} onClick={() => setBlocked(false)}>
                {t("customer.unblock")}
              </Button>
            ) : (
              <Button size="s" icon={<Ban />} onClick={() => setOpen("block")}>
                {t("cmd.block")}
              </Button>
            )}
          </span>
        )}
      </header>
      <div className={styles.body}>
        <h1 className="sr-only">{customer ? nameCustomer(customer) : t("nav.customers")}</h1>
        <Loading query={query}>
          {customer && (
            <div className={styles.card}>
              <CustomerPanel brief={customer} current={null}>
                {more?.(customer)}
              </CustomerPanel>
            </div>
          )}
        </Loading>
      </div>
      {open === "edit" && customer && <EditDialog customer={customer} onSave={change} onClose={() => setOpen(null)} />}
      <Dialog
        open={open === "block"}
        onClose={() => setOpen(null)}
        size="s"
        title={t("block.title", { name: customer ? nameCustomer(customer) : "" })}
        intro={t("block.intro")}
        closeLabel={t("action.close_dialog")}
        footer={
          <>
            <Button onClick={() => setOpen(null)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              onClick={() => {
                setOpen(null);
                setBlocked(true);
              }}
            >
              {t("cmd.block")}
            </Button>
          </>
        }
      />
    </div>
  );
}
