# Runs COMPILER on SOURCE with DEFINE and succeeds if that fails because of bp::Required, and for no other reason.
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} -D${DEFINE} ${SOURCE}
                RESULT_VARIABLE status OUTPUT_VARIABLE log ERROR_VARIABLE log)
if(status EQUAL 0)
  message(FATAL_ERROR "${DEFINE}: the description compiles, but must not")
endif()
if(NOT log MATCHES "Required")
  message(FATAL_ERROR "${DEFINE}: it fails for another reason than the missing function:\n${log}")
endif()
