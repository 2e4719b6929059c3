#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| specc_fuzz::yaml(data));
