import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";

import { parseMessage } from "../core/reading";
import { EMPTY } from "../core/state";
import { buildTimeline } from "../core/timeline";
import { openUploads } from "../core/uploads";
import { Composer } from "./composer";
import type { Pen } from "./composer";
import { EmailCard, isAddress, LeaveForm } from "./forms";
import { initials } from "./parts";
import { presenceText } from "./header";
import { Row } from "./row";
import { Waiting } from "./thread";

afterEach(cleanup);

function compose() {
  const onSend = vi.fn();
  const uploads = openUploads({ post: vi.fn(), initial: [], limit: 10, onChange: () => undefined, onMany: () => undefined });
  const pen: { current: Pen | null } = { current: null };
  const draft = { text: "", files: [] };
  render(
    <Composer {...{ pen, draft, uploads, onSend }} items={[]} many={null} fileLimit={10} emoji onType={() => undefined} />,
  );
  return { onSend, pen, field: screen.getByRole<HTMLTextAreaElement>("textbox") };
}

describe("the composer", () => {
  it("sends with Enter, breaks the line with Shift", () => {
    const { onSend, field } = compose();
    fireEvent.input(field, { target: { value: "hello" } });
    fireEvent.keyDown(field, { key: "Enter", shiftKey: true });
    expect(onSend).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: "Enter" });
    expect(onSend).toHaveBeenCalledWith("hello");
    expect(field.value).toBe("");
  });

  it.each([{ isComposing: true }, { keyCode: 229 }])("leaves Enter to the input method (%j)", (sign) => {
    const { onSend, field } = compose();
    fireEvent.input(field, { target: { value: "안녕" } });
    fireEvent.keyDown(field, { key: "Enter", ...sign });
    expect(onSend).not.toHaveBeenCalled();
  });

  it("sends nothing but blanks", () => {
    const { onSend, field } = compose();
    fireEvent.input(field, { target: { value: "  \n" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(onSend).not.toHaveBeenCalled();
  });

  it("takes a message back to be changed", () => {
    const { pen, field } = compose();
    pen.current!.put("once more", []);
    expect(field.value).toBe("once more");
    expect(pen.current!.text()).toBe("once more");
  });
});

describe("a line", () => {
  const draw = (kind: string, extra: object = {}) => {
    const message = parseMessage({ id: "1", author: { kind, name: "Ana" }, text: "Hi", at: "2026-01-01T10:00:00Z", ...extra })!;
    const [line] = buildTimeline([message], [], new Date());
    const none = () => undefined;
    return render(<Row line={line!} mark={null} onOpen={none} onRetry={none} onEdit={none} />).container;
  };

  it("says who speaks: a person, the assistant, the visitor", () => {
    expect(draw("agent").querySelector(".who")!.textContent).toBe("AnaTeam");
    expect(draw("assistant").querySelector(".who")!.textContent).toBe("AnaAutomatic assistant");
    expect(draw("customer").querySelector(".quiet")!.textContent).toBe("You");
  });

  it("is inert where the server's text is not what it should be", () => {
    const drawn = draw("agent", { html: '<img src=x onerror="window.hacked=1"><a href="javascript:1">x</a>' });
    expect(drawn.querySelector("img, [onerror], [href]")).toBeNull();
  });

  it("offers to send again what was refused", () => {
    const entry = { id: "p", seq: 1, tab: "a", text: "no", files: [], state: "failed" as const };
    const onRetry = vi.fn();
    const none = () => undefined;
    render(<Row line={buildTimeline([], [entry], new Date())[0]!} mark={null} onOpen={none} onRetry={onRetry} onEdit={none} />);
    fireEvent.click(screen.getByText("Try again"));
    expect(onRetry).toHaveBeenCalledWith(entry);
  });
});

describe("forms", () => {
  it.each(["a@b.co", "kari.nordmann+shop@post.example.no", "ünal@bücher.example"])("takes %s", (text) => expect(isAddress(text)).toBe(true));
  it.each(["", "a", "a@b", "a b@c.de", "a@b..c", "@b.co", "a@.co", "a@b.co, c@d.co", `${"a".repeat(260)}@b.co`])("refuses %s", (text) =>
    expect(isAddress(text)).toBe(false),
  );

  it("names what is wrong beside its field and sends nothing", () => {
    const onLeave = vi.fn();
    render(<LeaveForm draft="" onLeave={onLeave} />);
    fireEvent.click(screen.getByText("Send"));
    const field = screen.getByLabelText("E-mail address");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.getElementById(field.getAttribute("aria-describedby")!)!.textContent).toContain("does not look right");
    fireEvent.input(screen.getByLabelText("Message"), { target: { value: "Hi" } });
    fireEvent.input(field, { target: { value: "kari@example.no" } });
    fireEvent.click(screen.getByText("Send"));
    expect(onLeave).toHaveBeenCalledWith("Hi", "kari@example.no", "");
  });

  it("shows the server's refusal of an address", () => {
    render(<EmailCard refused onEmail={() => undefined} />);
    expect(screen.getByRole("alert").textContent).toContain("does not look right");
  });
});

describe("small things", () => {
  it("takes initials by characters", () => {
    expect(initials("ana maria kovač")).toBe("AM");
    expect(initials("𝒜na")).toBe("𝒜");
    expect(initials("")).toBe("");
  });

  it("says where the visitor stands until somebody has taken over, and no minutes while nobody is there", () => {
    const state = { ...EMPTY, welcomed: true, online: true, queue: { position: 3, minutes: 5 } };
    const { rerender } = render(<Waiting state={state} />);
    const line = screen.getByRole("status");
    expect(line.textContent).toBe("You are number 3 · about 5 minutes");
    rerender(<Waiting state={{ ...state, queue: { position: 1, minutes: 1 } }} />);
    expect(line.textContent).toBe("You are number 1 · about 1 minute");
    rerender(<Waiting state={{ ...state, online: false, expected: "hours" }} />);
    expect(line.textContent).toBe("You are number 3 in the queue");
    rerender(<Waiting state={{ ...state, online: false, expected: "email" }} />);
    expect(line.textContent).toBe("");
    rerender(<Waiting state={{ ...state, queue: null }} />);
    expect(screen.getByRole("status")).toBe(line);
    expect(line.textContent).toBe("");
  });

  it("says nothing about presence before it knows", () => {
    expect(presenceText(EMPTY)).toBe("");
    expect(presenceText({ ...EMPTY, welcomed: true })).toContain("away");
    expect(presenceText({ ...EMPTY, welcomed: true, online: true, expected: "hours" })).toContain("few hours");
  });
});
