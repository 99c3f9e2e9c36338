/** A backup as a file: where to get it, and bringing it back. */
import { api, ask, type Result, type Schemas } from "./client.js";

export const BACKUP_MAX_BYTES = 5 * 1024 * 1024;

export interface BackupFile {
  name: string;
  content: Blob;
}

export async function makeBackup(): Promise<Result<BackupFile>> {
  let name = "gcam-backup.zip";
  const call = api.GET("/api/v1/backup", { parseAs: "blob" }).then((answer) => {
    name = /filename="([^"]+)"/.exec(answer.response.headers.get("Content-Disposition") ?? "")?.[1] ?? name;
    return answer;
  });
  const answer = await ask<Blob>(call);
  return answer.ok ? { ok: true, value: { name, content: answer.value } } : answer;
}

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
