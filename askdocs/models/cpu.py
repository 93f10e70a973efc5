"""Which instructions this CPU has, and the CMake flags that make llama.cpp use them and no others.

``GGML_NATIVE`` would take whatever the compiler finds, AMX among it; ggml's AMX path ends the process with SIGILL on
machines whose kernel or hypervisor does not grant the tile registers. So it is always off here, every feature is
named, and AMX never is. Only the standard library is used: set-up runs this file before anything is installed.
"""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

# A feature of ggml -> the CPU flags, as /proc/cpuinfo writes them, that must all be there.
_X86_FEATURES = {
    "GGML_SSE42": ("sse4_2",),
    "GGML_AVX": ("avx",),
    "GGML_AVX2": ("avx2",),
    "GGML_BMI2": ("bmi2",),
    "GGML_FMA": ("fma",),
    "GGML_F16C": ("f16c",),
    "GGML_AVX_VNNI": ("avx_vnni",),
    "GGML_AVX512": ("avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw"),
    "GGML_AVX512_VBMI": ("avx512vbmi",),
    "GGML_AVX512_VNNI": ("avx512_vnni",),
    "GGML_AVX512_BF16": ("avx512_bf16",),
}
_NEEDS_AVX512 = ("GGML_AVX512_VBMI", "GGML_AVX512_VNNI", "GGML_AVX512_BF16")
_NEVER = ("GGML_NATIVE", "GGML_AMX_TILE", "GGML_AMX_INT8", "GGML_AMX_BF16")


def cpu_flags() -> frozenset[str]:
    """The flags of this machine's CPU in the spelling of ``/proc/cpuinfo``; empty where they cannot be found out."""
    system = platform.system()
    if system == "Linux":
        return parse_cpuinfo(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace"))
    if system == "Darwin" and platform.machine() == "x86_64":
        names = ["machdep.cpu.features", "machdep.cpu.leaf7_features"]
        found = subprocess.run(["sysctl", "-n", *names], capture_output=True, text=True, check=False)
        return parse_sysctl(found.stdout)
    return frozenset()


def parse_cpuinfo(text: str) -> frozenset[str]:
    """The flags that every core has: where cores differ, a program may be moved to the lesser one.

    >>> sorted(parse_cpuinfo("flags : fma avx\\n\\nflags : avx\\n"))
    ['avx']
    """
    lines = [set(line.split(":", 1)[1].split()) for line in text.splitlines() if line.startswith(("flags", "Features"))]
    return frozenset(set.intersection(*lines)) if lines else frozenset()


def parse_sysctl(text: str) -> frozenset[str]:
    """The flags that macOS lists, in Linux's spelling.

    >>> sorted(parse_sysctl("SSE4.2 AVX1.0 F16C AVX2 AVX512VNNI"))
    ['avx', 'avx2', 'avx512_vnni', 'f16c', 'sse4_2']
    """
    renamed = {"sse4.2": "sse4_2", "avx1.0": "avx", "avx512vnni": "avx512_vnni", "avx512bf16": "avx512_bf16"}
    return frozenset(renamed.get(flag, flag) for flag in text.lower().split())


def cmake_arguments(machine: str | None = None, flags: frozenset[str] | None = None) -> list[str]:
    """The ``-D`` arguments for llama.cpp on this machine, or on the one described.

    >>> flags = frozenset({"sse4_2", "avx", "avx2", "fma", "f16c", "amx_int8"})
    >>> [argument for argument in cmake_arguments("x86_64", flags) if argument.endswith("=ON")]
    ['-DGGML_SSE42=ON', '-DGGML_AVX=ON', '-DGGML_AVX2=ON', '-DGGML_FMA=ON', '-DGGML_F16C=ON']
    >>> {"-DGGML_NATIVE=OFF", "-DGGML_AMX_INT8=OFF"} <= set(cmake_arguments("x86_64", flags))
    True
    """
    machine = machine or platform.machine()
    flags = cpu_flags() if flags is None else flags
    if machine.lower() not in {"x86_64", "amd64"}:
        # Apple's and other ARM cores: ggml's plain armv8 baseline, with what it can test for at compile time.
        return ["-DGGML_NATIVE=OFF", *arm_arguments(flags)]
    present = {name: all(flag in flags for flag in needed) for name, needed in _X86_FEATURES.items()}
    for name in _NEEDS_AVX512:
        present[name] = present[name] and present["GGML_AVX512"]
    switches = dict.fromkeys(_NEVER, "OFF") | {name: "ON" if on else "OFF" for name, on in present.items()}
    return [f"-D{name}={switch}" for name, switch in switches.items()]


def arm_arguments(flags: frozenset[str]) -> list[str]:
    """``GGML_CPU_ARM_ARCH`` for a Linux ARM core with dot products, else nothing.

    >>> arm_arguments(frozenset({"asimd", "asimddp", "i8mm"}))
    ['-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod+i8mm']
    """
    if "asimddp" not in flags:
        return []
    extra = "+i8mm" if "i8mm" in flags else ""
    return [f"-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod{extra}"]


def rebuild_command(version: str) -> str:
    """The shell command that builds llama-cpp-python for this CPU and puts it in place of the present one."""
    arguments = " ".join(cmake_arguments())
    return f'CMAKE_ARGS="{arguments}" python -m pip install --force-reinstall --no-deps --no-cache-dir' + (
        f" --no-binary llama-cpp-python llama-cpp-python=={version}"
    )


if __name__ == "__main__":
    print(" ".join(cmake_arguments()))  # noqa: T201
