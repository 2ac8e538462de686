#pragma once

/// Where the bodies of this library come from.
///
/// `x.hpp` declares and documents; what is not a template has its body in `impl/.../x_inl.hpp`, marked `FACEPTOR_INLINE`.
/// With `faceptor::faceptor` those bodies are compiled once into the library; with `faceptor::header_only`, which defines
/// `FACEPTOR_HEADER_ONLY`, every header includes its bodies and the compiler keeps one copy of each.
#ifdef FACEPTOR_HEADER_ONLY
#define FACEPTOR_INLINE inline
#else
#define FACEPTOR_INLINE
#endif
