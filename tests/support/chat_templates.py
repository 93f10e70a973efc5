"""Chat templates in the shape that the families publish them, cut to what a single turn and its answer need.

Each keeps what makes its family differ: the tokens around a turn, a default system turn, what it refuses, how a
thought is switched off. Written from the formats' descriptions in the model cards and from the templates that
llama.cpp keeps in models/templates.
"""

# Qwen/Qwen3-8B, tokenizer_config.json: ChatML; enable_thinking=False puts an empty thought before the answer.
QWEN3 = """{%- if tools %}
    {{- '<|im_start|>system\\n' + tools | tojson + '<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- elif message.role == 'assistant' %}
        {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
        {{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

# Qwen/Qwen3.5-4B: as that, and unless thoughts are switched off one is opened.
QWEN35 = QWEN3.replace(
    "\n    {%- endif %}\n{%- endif %}", "\n    {%- else %}{{- '<think>\\n' }}{% endif %}\n{%- endif %}"
)
assert QWEN35 != QWEN3

# Qwen/Qwen3-4B-Thinking-2507 and DeepSeek-R1's distillates: the thought is opened, whatever is asked for.
ALWAYS_THINKS = (
    QWEN3.split("    {%- if enable_thinking")[0].replace(
        "{{- '<|im_start|>assistant\\n' }}\n", "{{- '<|im_start|>assistant\\n<think>\\n' }}\n"
    )
    + "{%- endif %}"
)

# Qwen/Qwen3-4B-Instruct-2507 and LFM2.5: thoughts are cut from earlier answers; whether one comes is not said.
MAY_THINK = QWEN3.split("    {%- if enable_thinking")[0] + "{%- endif %}"

# nvidia/NVIDIA-Nemotron-Nano-9B-v2: /no_think in a message ends the thought, otherwise it is opened.
NO_THINK_BY_MESSAGE = """{%- set ns = namespace(thinks=true) %}
{%- for message in messages %}
    {%- if '/no_think' in message.content %}{% set ns.thinks = false %}{% endif %}
    {{- '<SPECIAL_10>' + message.role + '\\n' + message.content.replace('/no_think', '') + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<SPECIAL_11>Assistant\\n' + ('<think>\\n' if ns.thinks else '<think></think>') }}
{%- endif %}"""

# google/gemma-3-1b-it: no role but user and model, in turn; a system message is put before the first user's.
GEMMA3 = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first = messages[0]['content'] + '\\n\\n' -%}{%- set rest = messages[1:] -%}
{%- else -%}
    {%- set first = '' -%}{%- set rest = messages -%}
{%- endif -%}
{%- for message in rest -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif -%}
    {%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' + role + '\\n' + (first if loop.first else '') }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- else -%}
        {%- for part in message['content'] -%}{{ part['text'] | trim }}{%- endfor -%}
    {%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
{%- endif -%}"""

# google/gemma-2-2b-it: as that, and a system message is refused.
GEMMA2 = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}
{% endif %}{% for message in messages %}
{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n' }}
{{- message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""

# llama.cpp models/templates/gemma4.jinja: other marks, and a thought's channel that is closed at once.
GEMMA4 = """{{ bos_token }}
{%- if (enable_thinking is defined and enable_thinking) or tools or messages[0]['role'] in ['system', 'developer'] -%}
    {{- '<|turn>system\\n' -}}
    {%- if enable_thinking -%}{{- '<|think|>' -}}{%- endif -%}
    {%- if messages[0]['role'] == 'system' -%}{{- messages[0]['content'] | trim -}}{%- endif -%}
    {{- '<turn|>\\n' -}}
{%- endif %}
{%- for message in messages -%}
    {{- '<|turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n' -}}
    {{- message['content'] | trim + '<turn|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|turn>model\\n' -}}
    {%- if not enable_thinking | default(false) -%}{{- '<|channel>thought\\n<channel|>' -}}{%- endif -%}
{%- endif -%}"""

# meta-llama/Llama-3.2-1B-Instruct: a begin token, and a system turn that says what day it is.
LLAMA3 = """{{- bos_token }}
{%- if not tools is defined %}{% set tools = none %}{% endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Cutting Knowledge Date: December 2023\\nToday Date: " + date_string + "\\n\\n" }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}"""

# HuggingFaceTB/SmolLM3-3B: the system turn names the day and the reasoning mode; answers stand in {% generation %}.
SMOLLM3 = """{%- if enable_thinking is not defined -%}{%- set enable_thinking = true -%}{%- endif -%}
{%- set reasoning_mode = "/think" if enable_thinking else "/no_think" -%}
{{- "<|im_start|>system\\n## Metadata\\n\\nKnowledge Cutoff Date: June 2025\\n" -}}
{{- "Today Date: " ~ strftime_now("%d %B %Y") ~ "\\nReasoning Mode: " + reasoning_mode + "\\n\\n" -}}
{{- "## Custom Instructions\\n\\nYou are a helpful AI assistant named SmolLM.\\n\\n<|im_end|>\\n" -}}
{%- for message in messages -%}
    {%- if message.role == "user" -%}
        {{ "<|im_start|>user\\n" + message.content + "<|im_end|>\\n" }}
    {%- elif message.role == "assistant" -%}
        {%- generation -%}
        {{ "<|im_start|>assistant\\n<think>\\n\\n</think>\\n" + message.content + "<|im_end|>\\n" }}
        {%- endgeneration -%}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ "<|im_start|>assistant\\n" }}{%- if not enable_thinking -%}{{ "<think>\\n\\n</think>\\n" }}{%- endif -%}
{%- endif -%}"""

# microsoft/phi-4: a separator token instead of line breaks.
PHI4 = """{% for message in messages %}
{{- '<|im_start|>' + message['role'] + '<|im_sep|>' + message['content'] + '<|im_end|>' -}}
{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}"""

# llama.cpp models/templates/llama-cpp-microsoft-Phi-4-mini-instruct.jinja: fails where tools are defined and None.
PHI4_MINI = """{%- if messages[0]["role"] == "system" %}{%- set system_message = messages[0]["content"] %}
{%- elif tools is defined -%}{%- set system_message = "" -%}{%- endif %}
{%- if system_message is defined -%}
    {{- '<|system|>' + system_message -}}
    {%- if tools is defined -%}
        {%- for tool in tools %}{{- '<|tool|>' + (tool['function'] | tojson) + '<|/tool|>' -}}{% endfor %}
    {%- endif -%}
    {{- '<|end|>' -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if message['role'] != 'system' -%}
        {{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- else -%}{{- eos_token -}}{%- endif -%}"""

# ibm-granite/granite-3.3-2b-instruct: roles between tokens, a dated system turn, thoughts only when asked for.
GRANITE3 = """{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set system_message = "Knowledge Cutoff Date: April 2024.\\nToday's Date: " + strftime_now('%B %d, %Y') + "." %}
    {%- if thinking %}
        {%- set system_message = system_message + " Write your thoughts between <think></think>." %}
    {%- endif %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\\n' }}
{%- for message in loop_messages %}
    {{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_of_role|>assistant<|end_of_role|>' }}{% endif %}"""

# ibm-granite/granite-4.0-h-350m: the same tokens, a system turn without a date.
GRANITE4 = GRANITE3.replace(
    """"Knowledge Cutoff Date: April 2024.\\nToday's Date: " + strftime_now('%B %d, %Y') + "." """.strip(),
    '"You are a helpful assistant. Please ensure responses are professional, accurate, and safe."',
)

# llama.cpp models/templates/llama-cpp-lfm2.jinja: a begin token, then ChatML.
LFM2 = """{{- bos_token -}}
{%- if messages[0]["role"] == "system" -%}
    {{- "<|im_start|>system\\n" + messages[0]["content"] + "<|im_end|>\\n" -}}{%- set messages = messages[1:] -%}
{%- endif -%}
{%- for message in messages -%}
    {%- set content = message["content"] if message["content"] else "" -%}
    {%- if content is not string -%}{%- set content = content | tojson -%}{%- endif -%}
    {{- "<|im_start|>" + message["role"] + "\\n" + content + "<|im_end|>\\n" -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- "<|im_start|>assistant\\n" -}}{%- endif -%}"""

# mistralai/Mistral-7B-Instruct-v0.2: marks in plain text, roles in turn, no system role.
MISTRAL = """{{ bos_token }}{% for message in messages %}
{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{%- endif -%}
{%- if message['role'] == 'user' -%}{{ '[INST] ' + message['content'] + ' [/INST]' }}
{%- elif message['role'] == 'assistant' -%}{{ message['content'] + eos_token }}
{%- else -%}{{ raise_exception('Only user and assistant roles are supported!') }}{%- endif -%}
{%- endfor -%}"""

# HuggingFaceTB/SmolVLM: a message is a list of parts, never a text.
IN_PARTS = """{% for message in messages %}{{ message['role'] | capitalize }}:
{%- for part in message['content'] %}{% if part['type'] == 'text' %} {{ part['text'] }}{% endif %}{% endfor %}
{{- '<end_of_utterance>\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"""

# openai/gpt-oss-20b: an answer is written on a channel of its own, after the thoughts'.
GPT_OSS = """{{- "<|start|>system<|message|>Reasoning: " + reasoning_effort | default("medium") + "<|end|>" }}
{%- for message in messages %}
    {%- if message.role == 'assistant' %}
        {{- "<|start|>assistant<|channel|>final<|message|>" + message.content + "<|return|>" }}
    {%- else %}
        {{- "<|start|>" + message.role + "<|message|>" + message.content + "<|end|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- "<|start|>assistant" }}{% endif %}"""
