import type { Image } from "./schema";

/** What a file on a Proxmox storage may be called. */
export const FILE_NAME = /^[A-Za-z0-9._-]+$/;

/** The name that an image's file gets: the declared one, otherwise the last part of its URL. */
export function imageFileName({ fileName, url }: Pick<Image, "fileName" | "url">): string {
  return fileName ?? url.slice(url.lastIndexOf("/") + 1);
}
