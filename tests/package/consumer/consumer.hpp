#pragma once

#ifdef CONSUMER_LIGHT
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/image/image.hpp>
#else
#include <faceptor/faceptor.hpp>
#endif

/// The message of an error thrown in the other unit.
std::string refused();
