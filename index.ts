import { program } from "./components";

export = program;
