import type { Estate, Image as ImageDescription } from "../../../estate";
import { imageFileName } from "../../../estate/images";
import { mapValues, present } from "../../records";
import { Image, type ImageArgs } from "../image";
import type { Site } from "./context";
import type { Storages } from "./storages";

/** The site's images and templates by name. */
export type Images = Readonly<Record<string, Image>>;

export function createImages({ estate, parent }: Site, storages: Storages): Images {
  return mapValues(
    estate.images,
    (image, name) =>
      new Image(name, imageArgs(estate, image), {
        parent,
        dependsOn: present([storages[image.storage]?.resource]),
      }),
  );
}

/** An image, downloaded by the first node that may use its storage. */
function imageArgs(estate: Estate, image: ImageDescription): ImageArgs {
  const [firstNode = ""] = estate.storages[image.storage]?.nodes ?? Object.keys(estate.nodes);
  const [algorithm, value] = image.checksum?.split(":") ?? [];
  return {
    nodeName: firstNode,
    storageId: image.storage,
    content: image.content,
    url: image.url,
    fileName: imageFileName(image),
    checksum: algorithm && value ? { algorithm, value } : undefined,
  };
}
