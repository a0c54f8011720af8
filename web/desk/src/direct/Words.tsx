import type { Id } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquareText } from "lucide-react";

import { nameCustomer } from "@/lib/names";

import { getTitle } from "./api";
import styles from "./Direct.module.css";
import { cutText } from "./names";

/** A conversation by its number and subject, as far as the reader may see it; else its address. */
function Title({ id, address }: { id: Id; address: string }) {
  const { data } = useQuery({ queryKey: ["direct-title", id], queryFn: () => getTitle(id), retry: false });
  const row = data?.conversation;
  return (
    <Link to="/conversations/$id" params={{ id }} className={row ? styles.card : styles.address}>
      {row ? (
        <>
          <MessageSquareText />
          <span>
            <strong>
              #{row.number} {row.subject}
            </strong>
            <small>
              <bdi>{nameCustomer(row.customer)}</bdi>
            </small>
          </span>
        </>
      ) : (
        address
      )}
    </Link>
  );
}

/** What somebody wrote: text, in which addresses can be followed. */
export function Words({ text }: { text: string }) {
  return cutText(text, location.origin).map((piece, n) => {
    if (piece.kind === "conversation") return <Title key={n} id={piece.id} address={piece.text} />;
    if (piece.kind === "text") return piece.text;
    return (
      <a key={n} href={piece.text} target="_blank" rel="noopener noreferrer" className={styles.address}>
        {piece.text}
      </a>
    );
  });
}
