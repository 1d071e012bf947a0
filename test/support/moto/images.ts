import type { EdgeAnswer, EdgeRequest } from "./edge";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** An image as EC2 keeps it. */
export interface KeptImage {
  readonly id: string;
  readonly name: string;
  readonly snapshots: readonly string[];
  readonly tags: readonly Tag[];
}

/**
 * EC2's images at moto's HTTP edge: moto's RegisterImage keeps neither block devices nor tags. A name is taken once, and
 * a snapshot of an image can't be deleted.
 */
export class KeptImages {
  readonly all: KeptImage[] = [];

  readonly answer = ({ action, parameters }: EdgeRequest): EdgeAnswer | undefined => {
    switch (action) {
      case "RegisterImage":
        return this.register(parameters);
      case "DescribeImages":
        return this.describe(parameters);
      case "DeregisterImage":
        return this.deregister(String(parameters.ImageId));
      case "DeleteSnapshot":
        return this.all.some(({ snapshots }) => snapshots.includes(String(parameters.SnapshotId)))
          ? refusal("InvalidSnapshot.InUse", "The snapshot is currently in use by an image")
          : undefined;
      default:
        return undefined;
    }
  };

  /** Adds one that somebody has made. */
  add(name: string, snapshots: readonly string[], tags: readonly Tag[] = []): KeptImage {
    const image = { id: `ami-${String(this.all.length).padStart(17, "0")}`, name, snapshots, tags };
    this.all.push(image);
    return image;
  }

  private register(parameters: EdgeRequest["parameters"]): EdgeAnswer {
    const name = String(parameters.Name);
    if (this.all.some((one) => one.name === name)) {
      return refusal("InvalidAMIName.Duplicate", `AMI name ${name} is already in use`);
    }
    const values = (pattern: RegExp) =>
      Object.entries(parameters).flatMap(([key, value]) => (pattern.test(key) ? [String(value)] : []));
    const keys = values(/^TagSpecification\.1\.Tag\.\d+\.Key$/);
    const texts = values(/^TagSpecification\.1\.Tag\.\d+\.Value$/);
    const { id } = this.add(
      name,
      values(/^BlockDeviceMapping\.\d+\.Ebs\.SnapshotId$/),
      keys.map((Key, index) => ({ Key, Value: texts[index] ?? "" })),
    );
    return { body: `<RegisterImageResponse><imageId>${id}</imageId></RegisterImageResponse>` };
  }

  private describe(parameters: EdgeRequest["parameters"]): EdgeAnswer {
    const filters = Array.from({ length: 3 }, (_, index) => [
      String(parameters[`Filter.${index + 1}.Name`] ?? ""),
      String(parameters[`Filter.${index + 1}.Value.1`]),
    ]);
    const found = this.all.filter(({ name, tags }) =>
      filters.every(
        ([filter = "", value]) =>
          filter === "" ||
          (filter === "name"
            ? name === value
            : tags.some(({ Key, Value }) => filter === `tag:${Key}` && Value === value)),
      ),
    );
    return {
      body: `<DescribeImagesResponse>${list("imagesSet", found.map(written))}</DescribeImagesResponse>`,
    };
  }

  private deregister(id: string): EdgeAnswer {
    const index = this.all.findIndex((one) => one.id === id);
    if (index < 0) return refusal("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
    this.all.splice(index, 1);
    return { body: "<DeregisterImageResponse><return>true</return></DeregisterImageResponse>" };
  }
}

/** EC2 says no. */
export function refusal(code: string, message: string): EdgeAnswer {
  return {
    status: 403,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>edge</RequestID></Response>`,
  };
}

function list(name: string, items: readonly string[]): string {
  return `<${name}>${items.map((item) => `<item>${item}</item>`).join("")}</${name}>`;
}

function written({ id, name, snapshots, tags }: KeptImage): string {
  const devices = snapshots.map((snapshot) => `<ebs><snapshotId>${snapshot}</snapshotId></ebs>`);
  const labels = tags.map(({ Key, Value }) => `<key>${Key}</key><value>${Value}</value>`);
  return `<imageId>${id}</imageId><imageState>available</imageState><name>${name}</name>${list("blockDeviceMapping", devices)}${list("tagSet", labels)}`;
}
