/** A backup as a file: where to get it, and bringing it back. */
import { api, ask, urlOf, type Result, type Schemas } from "./client.js";

export const BACKUP_MAX_BYTES = 5 * 1024 * 1024;

export const backupUrl = (): string => urlOf("/api/v1/backup");

export function restore(file: Blob, withAccounts: boolean): Promise<Result<Schemas["Restored"]>> {
  return ask(
    api.POST("/api/v1/restore", {
      params: { query: { accounts: withAccounts ? "1" : "0" } },
      headers: { "Content-Type": "application/zip" },
      body: "", // typed as text; the file itself is sent
      bodySerializer: () => file,
    }),
  );
}
