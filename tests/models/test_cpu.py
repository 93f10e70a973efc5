"""llama.cpp is built for the CPU at hand: every feature it has, none that it lacks, and never AMX."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.models.cpu import cmake_arguments, cpu_flags, parse_cpuinfo, rebuild_command

OLD = "fpu sse4_2 avx"
HASWELL = "sse4_2 avx avx2 bmi2 fma f16c"
SAPPHIRE_RAPIDS = (
    f"{HASWELL} avx_vnni avx512f avx512cd avx512vl avx512dq avx512bw avx512vbmi avx512_vnni avx512_bf16"
    " amx_tile amx_int8 amx_bf16"
)


def switched_on(flags: str) -> set[str]:
    arguments = cmake_arguments("x86_64", frozenset(flags.split()))
    return {argument[2:-3] for argument in arguments if argument.endswith("=ON")}


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("", set()),
        (OLD, {"GGML_SSE42", "GGML_AVX"}),
        (HASWELL, {"GGML_SSE42", "GGML_AVX", "GGML_AVX2", "GGML_BMI2", "GGML_FMA", "GGML_F16C"}),
    ],
)
def test_features_are_those_of_the_cpu(flags: str, expected: set[str]) -> None:
    assert switched_on(flags) == expected


def test_everything_but_amx_on_a_cpu_that_has_it() -> None:
    on = switched_on(SAPPHIRE_RAPIDS)
    assert {"GGML_AVX512", "GGML_AVX512_VNNI", "GGML_AVX512_BF16", "GGML_AVX_VNNI"} <= on
    assert not [name for name in on if "AMX" in name]


@given(st.sets(st.sampled_from(SAPPHIRE_RAPIDS.split())))
def test_native_and_amx_are_always_off(flags: set[str]) -> None:
    arguments = cmake_arguments("x86_64", frozenset(flags))
    assert "-DGGML_NATIVE=OFF" in arguments
    assert {"-DGGML_AMX_TILE=OFF", "-DGGML_AMX_INT8=OFF", "-DGGML_AMX_BF16=OFF"} <= set(arguments)
    if "avx512f" not in flags:
        assert not [argument for argument in arguments if "AVX512" in argument and argument.endswith("=ON")]


def test_arm_takes_no_x86_feature() -> None:
    assert cmake_arguments("arm64", frozenset()) == ["-DGGML_NATIVE=OFF"]
    assert cmake_arguments("aarch64", frozenset({"asimddp"}))[1].endswith("armv8.2-a+dotprod")


def test_cores_that_differ_count_for_what_all_have() -> None:
    assert parse_cpuinfo("flags\t: avx avx2\nmodel: x\n\nflags\t: avx\n") == {"avx"}
    assert parse_cpuinfo("") == frozenset()


def test_this_machine() -> None:
    assert "-DGGML_NATIVE=OFF" in cmake_arguments()
    assert isinstance(cpu_flags(), frozenset)
    assert "--no-binary llama-cpp-python llama-cpp-python==0.3.36" in rebuild_command("0.3.36")
