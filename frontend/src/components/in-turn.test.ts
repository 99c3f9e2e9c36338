import { html, LitElement } from "lit";
import { describe, expect, it } from "vitest";
import { InTurn, inTurn } from "./in-turn.js";

describe("what is rendered in turn", () => {
  it("runs one after another, each in a task of its own", async () => {
    const said: string[] = [];
    inTurn(() => {
      said.push("first");
      void Promise.resolve().then(() => said.push("what the first led to"));
    });
    await new Promise<void>((resolve) =>
      inTurn(() => {
        said.push("second");
        resolve();
      }),
    );
    expect(said).toEqual(["first", "what the first led to", "second"]);
  });

  it("is an element whose first rendering waits, and no later one", async () => {
    class Piece extends InTurn(LitElement) {
      static override properties = { text: {} };
      declare text: string;
      protected override render(): unknown {
        return html`${this.text}`;
      }
    }
    customElements.define("test-piece", Piece);
    const piece = new Piece();
    piece.text = "one";
    document.body.append(piece);
    await Promise.resolve();
    expect(piece.hasUpdated).toBe(false);
    await piece.updateComplete;
    expect(piece.renderRoot.textContent).toBe("one");
    piece.text = "two";
    await Promise.resolve();
    await Promise.resolve();
    expect(piece.renderRoot.textContent).toBe("two");
    piece.remove();
  });
});
